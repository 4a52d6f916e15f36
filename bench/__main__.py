"""Run all benchmarks: ``python -m bench``; or one: ``python -m bench.serving``. Training takes one split a table."""

from bench import conv, estimate, recipe, serving, size, start, train_cli

for benchmark in (size, start, serving, estimate, conv):
    benchmark.main()
    print()
recipe.main([])
print()
train_cli.main(["--quick"])
