// RandomNumbers
