module shop.example/shop

go 1.22

require (
	cached.example/Fetch v1.2.0
	dep.example/fetch v1.0.0
	replaced.example/fetch v1.0.0
)

replace replaced.example/fetch => ../replaced
