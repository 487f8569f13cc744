"""What is expected, room by room: each run takes the warehouse and writes its result down with its day."""
