"""Lost customers with their causes."""
