"""Stored with every match, so that results of different rules are never mixed up. Raise it when results change."""

ENGINE_VERSION = "1"
