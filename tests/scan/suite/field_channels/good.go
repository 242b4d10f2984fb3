package fieldchannels

type made struct {
	a, b, c, d chan int
	off        chan int
}

func newMade() *made {
	m := &made{a: make(chan int)}
	m.b = make(chan int)
	set(&m.c)
	return m
}

func set(c *chan int) { *c = make(chan int) }

func (m *made) waits() (int, int, int) { return <-m.a, <-m.b, <-m.c }

// A nil channel in a select is a case that is switched off.
func (m *made) either() int {
	select {
	case v := <-m.off:
		return v
	case v := <-m.a:
		return v
	}
}

type positional struct{ c chan int }

func newPositional(c chan int) positional { return positional{c} }

func (p positional) wait() int { return <-p.c }

// Whoever has the package sets it.
type Open struct{ Updates chan string }

func (o *Open) wait() string { return <-o.Updates }

type closed struct{ in chan int }

func newClosed() *closed {
	c := &closed{in: make(chan int)}
	go c.run()
	return c
}

func (c *closed) run() {
	for v := range c.in {
		_ = v
	}
}

func (c *closed) Close() { close(c.in) }

type given struct{ in chan int }

func (g *given) run() {
	for v := range g.in {
		_ = v
	}
}

func newGiven(register func(chan int)) *given {
	g := &given{in: make(chan int)}
	go g.run()
	register(g.in)
	return g
}

type common struct{ signal chan bool }

type derived struct{ common }

func newDerived() *derived { return &derived{common: common{signal: make(chan bool)}} }

func (d *derived) wait() bool { return <-d.signal }

type hub struct {
	join chan int
	part chan int
}

var theHub = hub{
	join: make(chan int),
	part: make(chan int),
}

// looks like R169
func (h *hub) enter() {
	h.join <- 1
	h.part <- 1
}

// looks like R169
func enter() {
	theHub.join <- 1
}
