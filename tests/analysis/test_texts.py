"""Tables for readers, as Markdown and LaTeX."""

from tests.conftest import curves
from topodnn.analysis.comparisons import sample_agreement
from topodnn.analysis.means import complexity_table, success_rates
from topodnn.analysis.texts import agreement_texts, complexity_texts, success_texts


def test_a_wrong_input_is_said_also_where_no_network_is_well_trained(table):
    for activation in ("relu", "tanh"):
        text, _ = complexity_texts(complexity_table(table[table["activation"] == activation]))
        assert "does not show the true Betti numbers of tori, class 1: the scale" in text
        assert "class 0:" not in text


def test_the_table_reads_well_in_markdown_and_latex(table):
    markdown, latex = complexity_texts(complexity_table(table))
    assert "7.0 ± 2.8" in markdown
    assert r"\toprule" in latex
    assert r"7.0 $\pm$ 2.8" in latex
    assert r"$\beta_0$" in latex
    assert "2 of 3 (5 trials)" in latex


def test_the_table_of_well_trained_networks_counts_networks_and_trials(table):
    markdown, latex = success_texts(success_rates(table))
    rows = [[cell.strip() for cell in line.split("|")[4:-1]] for line in markdown.split("\n")]
    assert rows[2:4] == [["relu", "3", "2", "5", "0.40"], ["tanh", "1", "0", "1", "0.00"]]
    assert r"\label{tab:well-trained}" in latex


def test_the_table_reads_well():
    table = curves(0, [9, 5, 1])
    markdown, latex = agreement_texts(sample_agreement(table, table))
    assert " 1.00 |" in markdown
    assert "well-trained networks" in markdown
    assert r"$\beta_1$" in latex
