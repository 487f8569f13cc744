"""Lifting customers into a higher tier 客户晋级: who could rise, what if some do, plans, first tiers of new ones."""
