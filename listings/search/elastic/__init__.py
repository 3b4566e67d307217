"""The search on Elasticsearch, for large sites. Without its server the database answers."""

from .backend import ElasticBackend

__all__ = ["ElasticBackend"]
