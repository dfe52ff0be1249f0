"""What leaves the house: HTML, CSV, JSON, PDF, the disavow file and the redirect map."""
