"""What our service gains the customer 客户价值评估: assessed, drawn over time, printed."""
