#!/bin/sh
# What Snakemake asks about a job, by its number: running, success or failed.
# Slurm forgets a job some minutes after its end (MinJobAge); by then it should have been asked.
case $(squeue --noheader --states=all --jobs="$1" --format=%T 2>&1) in
  COMPLETED) echo success ;;
  *"Invalid job id"* | BOOT_FAIL | CANCELLED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | TIMEOUT) echo failed ;;
  *) echo running ;;
esac
