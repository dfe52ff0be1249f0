"""One parse a page: columns, links with their regions, text blocks, directives, structured data."""
