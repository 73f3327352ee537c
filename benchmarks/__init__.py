"""Speed and accuracy, printed as ratios measured in one run: these figures mean something on a noisy machine too."""
