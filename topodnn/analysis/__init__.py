"""From tables of Betti numbers to findings.

In: Betti numbers and trials of all batches, as tables; no points and no networks.
Out: the tidy table, summaries of curves, comparisons with their tests (bootstrap, Cliff's δ, Holm),
verdicts on the claims, and all of them as Markdown and LaTeX.
"""
