"""A spreadsheet of a published list: read, compared with the register, previewed, and made into batches."""
