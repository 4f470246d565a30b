"""``python -m causal_model`` is the command ``causal-model``."""

from causal_model.cli.main import main

if __name__ == "__main__":
    main()
