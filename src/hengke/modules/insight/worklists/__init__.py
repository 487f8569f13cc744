"""Work lists: customers that may leave, may pay late, cost more than they bring, are lost, or may misuse us."""
