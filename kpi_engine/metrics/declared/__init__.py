"""The KPIs, by what they are about. Each module declares its own; one that stands on another comes after it."""
