package clients

import (
	"context"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.mongodb.org/mongo-driver/mongo"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// --- R136 ---

func call(ctx context.Context, addr string) error {
	cc, err := grpc.Dial(addr, grpc.WithInsecure()) // want R136
	if err != nil {
		return err
	}
	return cc.Invoke(ctx, "/a/b", nil, nil)
}

func callNew(ctx context.Context, addr string) error {
	cc, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials())) // want R136
	if err != nil {
		return err
	}
	return cc.Invoke(ctx, "/a/b", nil, nil)
}

func callContext(w http.ResponseWriter, r *http.Request) {
	cc, err := grpc.DialContext(r.Context(), "addr") // want R136
	if err != nil {
		return
	}
	if cc.Invoke(r.Context(), "/a/b", nil, nil) != nil {
		return
	}
	cc.Close()
}

func dial(addr string) (*grpc.ClientConn, error) {
	return grpc.Dial(addr) // want R136
}

func callWrapped(ctx context.Context) error {
	cc, err := dial("addr")
	if err != nil {
		return err
	}
	return cc.Invoke(ctx, "/a/b", nil, nil)
}

func ready(addrs []string) (n int) {
	for _, a := range addrs {
		if _, err := grpc.Dial(a); err == nil { // want R136
			n++
		}
	}
	return n
}

// --- R138 ---

func get(ctx context.Context, key string) (string, error) {
	rdb := redis.NewClient(&redis.Options{Addr: "localhost:6379"}) // want R138
	return rdb.Get(ctx, key).Result()
}

func publish(ctx context.Context, msg []byte) error {
	w := kafka.NewWriter(kafka.WriterConfig{Brokers: []string{"b"}}) // want R138
	return w.WriteMessages(ctx, kafka.Message{Value: msg})
}

func publishLiteral(ctx context.Context, msg []byte) error {
	w := &kafka.Writer{Topic: "t"} // want R138
	return w.WriteMessages(ctx, kafka.Message{Value: msg})
}

func put(ctx context.Context, k, v string) error {
	cli, err := clientv3.New(clientv3.Config{DialTimeout: time.Second}) // want R138
	if err != nil {
		return err
	}
	if _, err := cli.Put(ctx, k, v); err != nil {
		return err
	}
	return cli.Close()
}

func find(w http.ResponseWriter, r *http.Request) {
	client, err := mongo.Connect(r.Context()) // want R138
	if err != nil {
		return
	}
	client.Database("d").Collection("c").FindOne(r.Context(), nil)
}

func notify(subject string, data []byte) error {
	nc, err := nats.Connect("nats://x") // want R138
	if err != nil {
		return err
	}
	return nc.Publish(subject, data)
}

func newRedis() *redis.Client {
	return redis.NewClient(&redis.Options{}) // want R138
}

func handle(w http.ResponseWriter, r *http.Request) {
	newRedis().Incr(r.Context(), "n")
}

func each(ctx context.Context, hosts []string) {
	for _, h := range hosts {
		c := redis.NewClient(&redis.Options{Addr: h}) // want R138
		c.Ping(ctx)
	}
}
