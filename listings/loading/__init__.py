"""Brings the reference tables of the database in line with a folder of CSV files."""
