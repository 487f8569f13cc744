"""The launcher behind `./hengke`: standard library only, because it runs before the environment exists."""
