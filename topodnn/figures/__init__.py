"""Figures: one style and its colours (style.py), a file for each kind, and the page to explore.

In: the tables of the analysis, and points to draw.
Out: figures of Matplotlib, saved as PDF, PNG or SVG; one HTML page.
"""
