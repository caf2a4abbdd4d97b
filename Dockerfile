# Everything in one image. Build it in a clone, so that the results say of which commit they are:
#   docker build -t topodnn .
#   docker run --name reproduce -v "$PWD/results:/opt/topodnn/results" topodnn make reproduce
#   docker run --rm topodnn make test
# What was interrupted goes on in the same container: docker start --attach reproduce. The user in it
# writes to results/ as UID 1000; where yours is another (id -u), and you are not root, build with
#   docker build -t topodnn --build-arg UID="$(id -u)" .
# What of this is tested: docs/tested.md.
FROM python:3.11.11-slim-bookworm

# git for the commit in provenance.yaml, procps for the pgrep of the Makefile. No compiler: all
# packages come as wheels but one, which is Python only.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make procps \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory /opt/topodnn

# The user owns the home and the folder: Numba, matplotlib and Snakemake keep their caches there.
ARG UID=1000
RUN useradd --create-home --uid "$UID" topodnn \
    && install --directory --owner=topodnn --group=topodnn /opt/topodnn
USER topodnn
WORKDIR /opt/topodnn

# torch without CUDA, which is several GB less; with --build-arg PIP_EXTRA_INDEX_URL= it has CUDA.
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
COPY --chown=topodnn:topodnn LICENSE Makefile README.md pyproject.toml requirements.txt ./
COPY --chown=topodnn:topodnn topodnn topodnn
RUN PIP_NO_CACHE_DIR=1 make setup

# The second make has nothing to do but where the files above have another date than before.
COPY --chown=topodnn:topodnn . .
RUN make setup
CMD ["make", "help"]
