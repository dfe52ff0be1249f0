"""Exports of other tools: one module each, which knows that tool's columns and nothing else."""
