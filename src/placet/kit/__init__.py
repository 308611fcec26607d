"""What every room uses and no room owns: ids, clocks, amounts, the shapes of documents."""
