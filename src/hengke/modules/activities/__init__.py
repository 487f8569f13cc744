"""What people do with customers: notes, calls, visits, meetings and tasks."""
