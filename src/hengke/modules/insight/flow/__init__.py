"""Flow of customers between stages 客户流动."""
