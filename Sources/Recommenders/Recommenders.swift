// Recommenders
