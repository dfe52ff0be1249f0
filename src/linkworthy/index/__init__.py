"""The link index: all reports and captures merged, each link once."""
