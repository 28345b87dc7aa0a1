"""What templates are given: plain values made of documents, with links and formatted amounts."""
