"""数据透视: the page on which the cube is asked; its whole state stands in the address."""
