"""`python -m rustok`, for where the program of the environment cannot be started."""

from rustok.app.cli import main

if __name__ == "__main__":
    main()
