"""What a rule and a signal are, how they are judged, and their generated pages."""
