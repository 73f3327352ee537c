"""One frozen dataclass per page: all the page shows, ready to draw."""
