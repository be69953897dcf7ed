"""The book's widgets: a Python class each, one set of parts in js/, draw/ and css/."""
