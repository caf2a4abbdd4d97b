#!/bin/sh
# What Snakemake asks about a job, by its number: running, success or failed.
case $(squeue --noheader --states=all --jobs="$1" --format=%T) in
  COMPLETED) echo success ;;
  BOOT_FAIL | CANCELLED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | TIMEOUT) echo failed ;;
  *) echo running ;;
esac
