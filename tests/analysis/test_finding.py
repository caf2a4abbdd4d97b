"""The finding on the batch is made of the numbers."""

import pandas as pd

from scripts import write_finding
from tests.rings import PERSISTENCE


def write(batch_folder, betti, out):
    betti.drop(columns="crc32").to_csv(out / "changed.csv", index=False)
    write_finding.main(
        out / "changed.csv", batch_folder / "distances.csv", [batch_folder / "batch.npz"],
        out / "summary.csv", out / "finding.md", persistence={"rings": PERSISTENCE},
    )  # fmt: skip
    return pd.read_csv(out / "summary.csv"), (out / "finding.md").read_text()


def test_the_finding_is_made_of_the_numbers(batch_folder, tmp_path):
    betti = pd.read_csv(batch_folder / "betti.csv")
    summary, text = write(batch_folder, betti, tmp_path)
    assert "Of the 4 networks 2x3 trained with notebook, 0 are well trained" in text
    assert "They do not classify" in text
    assert "The true Betti numbers of all classes together are (1, 1)" in text
    assert "shows (2, 2) at the input with Euclidean distances and (2, 2) with hops" in text
    assert "0.700 to 0.800" in text
    row = summary.query("activation == 'relu' and metric == 'euclidean'").iloc[0]
    logits = betti.query("activation == 'relu' and metric == 'euclidean' and layer == 3")
    assert row["beta_0_output_mean"] == logits["beta_0"].mean()
    assert row["beta_0_falls"] == (logits["beta_0"] < 2).mean()
    changed = betti.assign(
        well_trained=True,
        held_out_error=0.0,
        beta_0=betti["beta_0"].where(betti["layer"] != 3, 7),
    )
    _, other = write(batch_folder, changed, tmp_path)
    assert "4 are well trained" in other
    assert "They classify." in other
    assert "β0 in 0 of 4" in other
    assert other != text


def test_the_finding_compares_networks_that_classify_with_others(batch_folder, tmp_path):
    betti = pd.read_csv(batch_folder / "betti.csv")
    trained = betti.assign(protocol="fast", well_trained=True, held_out_error=0.0)
    high = betti.assign(beta_0=betti["beta_0"].where(betti["layer"] != 0, 40))
    both = pd.concat([high, trained.assign(beta_0=high["beta_0"])])
    _, text = write(batch_folder, both, tmp_path)
    assert "the fall alone does not show that a network classifies" in text
    assert "40 of 40 points are components" in text
    rises = trained.assign(beta_0=trained["beta_0"].where(trained["layer"] != 3, 99))
    _, text = write(batch_folder, pd.concat([high, rises]), tmp_path)
    assert "β0 (Euclidean) falls in 100% of the networks that do not classify and in 0% of" in text
