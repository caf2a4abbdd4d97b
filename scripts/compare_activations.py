"""Put the half-lives of every activation beside what the layers of its networks are like."""

from topodnn.analysis.speed import HALF_LIVES, speed_correlations, speed_table, speeds
from topodnn.analysis.speed_texts import correlation_texts, speed_texts
from topodnn.columns import KIND
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log
from topodnn.networks.injectivity import is_injective
from topodnn.tables import read_table, write_table

SUMMARY = ["dataset", "network", "activation", "seed", "class", "judged", "half_life"]
WEIGHTS = [*KIND, "seed", "layer", "n_in", "n_out", "rank", "injective", "dead", "jacobian_rank"]


def main(
    curve_paths: list[str],
    weights_path: str,
    networks_path: str,
    speed_paths: list[str],
    correlation_paths: list[str],
    *,
    protocol: str,
    activation_parameters: dict[str, dict],
    thresholds: dict,
) -> None:
    """Write the networks with half-lives and traits as CSV, and two tables to three paths each.

    The curves are those of `protocol`, at one scale and of what persists. `activation_parameters`
    has those of the activations that are given some.
    """
    curves = {
        name: read_table(path, SUMMARY) for name, path in zip(HALF_LIVES, curve_paths, strict=True)
    }
    weights = read_table(weights_path, WEIGHTS)
    weights = weights[weights["protocol"] == protocol]
    injective = {
        name: is_injective(name, activation_parameters.get(name))
        for name in weights["activation"].unique()
    }
    known = {name: found for name, found in injective.items() if found is not None}
    networks = speeds(curves, weights, known)
    write_job_table(networks_path, networks)
    table = speed_table(networks, thresholds)
    correlations = speed_correlations(networks, thresholds["seed"])
    write_table(speed_paths, table, speed_texts(table, thresholds["confidence"]))
    write_table(correlation_paths, correlations, correlation_texts(correlations))
    log.info("%d networks of %d kinds", len(networks), len(table))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.curves,
            snakemake.input.weights,
            snakemake.output.networks,
            snakemake.output.speed,
            snakemake.output.correlations,
            **snakemake.params,
        )
