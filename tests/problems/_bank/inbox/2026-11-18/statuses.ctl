rows=1
