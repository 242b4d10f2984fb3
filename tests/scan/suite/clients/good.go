package clients

import (
	"cloud.google.com/go/pubsub"
	"context"
	"sync"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

var rdb = redis.NewClient(&redis.Options{})

// looks like R138
func goodGet(ctx context.Context, key string) (string, error) { return rdb.Get(ctx, key).Result() }

type app struct {
	cc   *grpc.ClientConn
	etcd *clientv3.Client
	once sync.Once
	w    *kafka.Writer
}

// looks like R136
func newApp(addr string) (*app, error) {
	cc, err := grpc.Dial(addr)
	if err != nil {
		return nil, err
	}
	return &app{cc: cc}, nil
}

// looks like R138
func (a *app) connect() (err error) {
	a.etcd, err = clientv3.New(clientv3.Config{})
	return err
}

// looks like R138
func (a *app) lazily() {
	a.once.Do(func() {
		a.w = &kafka.Writer{Topic: "t"}
	})
}

// looks like R136
func closes(ctx context.Context, addr string) error {
	cc, err := grpc.Dial(addr)
	if err != nil {
		return err
	}
	defer cc.Close()
	return cc.Invoke(ctx, "/a/b", nil, nil)
}

// looks like R138
func closesRedis(ctx context.Context) error {
	c := redis.NewClient(&redis.Options{})
	defer c.Close()
	return c.Ping(ctx).Err()
}

// looks like R136
func handsOut(addr string) (*grpc.ClientConn, error) {
	cc, err := grpc.Dial(addr)
	if err != nil {
		return nil, err
	}
	return cc, nil
}

var pool = map[string]*grpc.ClientConn{}

// looks like R136
func cached(addr string) (*grpc.ClientConn, error) {
	if cc := pool[addr]; cc != nil {
		return cc, nil
	}
	cc, err := handsOut(addr)
	if err != nil {
		return nil, err
	}
	pool[addr] = cc
	return cc, nil
}

// looks like R136
func intoStub(addr string, register func(*grpc.ClientConn)) error {
	cc, err := grpc.Dial(addr)
	if err != nil {
		return err
	}
	register(cc)
	return nil
}

type repo struct{ c *redis.Client }

// looks like R138
func newRepo() *repo {
	return &repo{c: redis.NewClient(&redis.Options{})}
}

var theRepo = newRepo()

type feed struct{ topic *pubsub.Topic }

// What the topic was opened by lives on in it.
// looks like R138
func openFeed(ctx context.Context, project, name string) (*feed, error) {
	client, err := pubsub.NewClient(ctx, project)
	if err != nil {
		return nil, err
	}
	topic := client.Topic(name)
	topic.EnableMessageOrdering = true
	return &feed{topic}, nil
}
