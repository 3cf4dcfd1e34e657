package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
)

// client is one connection to an HTTP server, on which one request follows the other. It does as little as it can: it
// shares the processors with what is measured.
type client struct {
	conn    net.Conn
	request []byte
	answers *bufio.Reader
}

func dialHTTP(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, answers: bufio.NewReader(conn)}, nil
}

func (c *client) close() {
	if c != nil {
		_ = c.conn.Close()
	}
}

// get asks for a path and returns the body. An answer other than 200 is an error.
func (c *client) get(path string) ([]byte, error) {
	return c.expect(http.MethodGet, path, nil)
}

// post sends one event.
func (c *client) post(path string, event []byte) ([]byte, error) {
	return c.expect(http.MethodPost, path, event)
}

func (c *client) expect(method, path string, body []byte) ([]byte, error) {
	status, answer, err := c.send(method, path, body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s %s: %d: %s", method, path, status, answer)
	}
	return answer, err
}

// send sends a request and reads the answer.
func (c *client) send(method, path string, body []byte) (status int, answer []byte, err error) {
	c.request = fmt.Appendf(c.request[:0], "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path)
	if body != nil {
		c.request = fmt.Appendf(c.request, "Content-Type: application/cloudevents+json\r\nContent-Length: %d\r\n", len(body))
	}
	c.request = append(append(c.request, "\r\n"...), body...)
	if _, err := c.conn.Write(c.request); err != nil {
		return 0, nil, err
	}
	status, length, err := c.head()
	if err != nil {
		return 0, nil, err
	}
	answer = make([]byte, length)
	_, err = io.ReadFull(c.answers, answer)
	return status, answer, err
}

// head reads an answer up to its body.
func (c *client) head() (status, length int, err error) {
	line, err := c.answers.ReadSlice('\n')
	if fields := bytes.Fields(line); err == nil && len(fields) > 1 {
		status, err = strconv.Atoi(string(fields[1]))
	}
	for err == nil {
		if line, err = c.answers.ReadSlice('\n'); len(line) <= len("\r\n") {
			break
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
		}
	}
	return status, length, err
}
