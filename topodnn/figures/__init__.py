"""Figures: one style, a file for each kind of figure, and the page to explore.

In: the tables of the analysis, and points to draw.
Out: figures of Matplotlib, saved as PDF, PNG or SVG; one HTML page.
"""
