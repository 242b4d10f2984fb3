// possible
// rules R166 R169
package fieldchannels

type notifier struct {
	updates chan string
	quit    chan bool
	values  chan int
}

func (n *notifier) run() string { return <-n.updates } // want R169

func (n *notifier) end() { n.quit <- true } // want R169

func (n *notifier) drain() {
	for range n.values { // want R169
	}
}

func newNotifier() *notifier { return &notifier{} }

type device struct{ commands chan func() }

func (d *device) run() {
	for command := range d.commands { // want R166
		command()
	}
}

func newDevice(end bool) *device {
	d := &device{commands: make(chan func())}
	go d.run()
	d.commands <- func() {}
	if end {
		close(d.commands)
	}
	return d
}

type feed struct{ lines chan string }

func startFeed() *feed {
	f := &feed{lines: make(chan string, 8)}
	go f.read()
	return f
}

func (f *feed) read() {
	for line := range f.lines { // want R166
		_ = line
	}
}
