"""What every module stands on: context, database, events, module registry, errors, settings."""
