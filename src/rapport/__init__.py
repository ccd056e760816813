"""Rapport: software for psychotherapy practice-research networks."""

__version__ = "0.1.0"
