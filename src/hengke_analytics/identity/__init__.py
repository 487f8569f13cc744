"""Identity resolution 客户归一: which written names stand for one customer."""
