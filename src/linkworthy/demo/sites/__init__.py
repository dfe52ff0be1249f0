"""The sites of the demonstration web, one module a family; each writes its pages and notes what it plants."""
