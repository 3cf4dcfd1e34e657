package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/input"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/server"
	"zhangben/events"
)

// previewing holds the flags of preview, and what is in the files they name.
type previewing struct {
	from                           readFlags
	clocks                         clockFlags
	with, terms, contract, account string
	all                            bool

	events []json.RawMessage // of the file --with
	lines  []int             // of that file, on which they stand
	params []byte            // of the file --terms
}

func newPreviewCommand() *cobra.Command {
	var p previewing
	cmd := &cobra.Command{
		Use:   "preview {--with FILE | --terms FILE}",
		Short: "Show figures without and with events or terms that might be; nothing is written",
		Long: `Shows the figures of a contract, or of an account and all its contracts, as they are and as they would be
with the events of a file, or if its parameters had been part of all terms. With --all it folds the whole
ledger under other terms and shows the customers for whom that makes a difference. Nothing is written. The
default of --as-of is now, or the latest of the events where that is later.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.read(cmd.Context(), cmd.InOrStdin()); err != nil {
				return err
			}
			if p.all {
				return p.shadow(cmd)
			}
			return p.show(cmd)
		},
	}
	p.from.add(cmd)
	p.clocks.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&p.with, "with", "", "`file` of events that might be, one a line; - is standard input")
	flags.StringVar(&p.terms, "terms", "",
		"`file` with a JSON object of parameters, as terms.published takes them, or as serve --terms does")
	flags.StringVar(&p.contract, "contract", "", "the contract to show")
	flags.StringVar(&p.account, "account", "", "the customer account to show, or the one whose contract it is")
	flags.BoolVar(&p.all, "all", false, "fold the whole ledger under --terms and show the customers that differ")
	return cmd
}

// read checks the flags and reads the files.
func (p *previewing) read(ctx context.Context, stdin io.Reader) (err error) {
	switch {
	case p.with == "" && p.terms == "":
		return exit.Usagef("say with --with FILE or --terms FILE what might be")
	case p.all && (p.terms == "" || p.with+p.contract+p.account != ""):
		return exit.Usagef("--all goes with --terms, and with none of --with, --contract and --account")
	case p.with == "" && !p.all && p.contract+p.account == "":
		return exit.Usagef("name a --contract or an --account, or take --all")
	}
	if p.with != "" {
		if err := p.readEvents(ctx, stdin); err != nil {
			return err
		}
	}
	if p.terms != "" {
		p.params, err = server.ReadParams(p.terms)
	}
	return err
}

// maxPreview is in bytes, as the API has it.
const maxPreview = 1 << 20

// readEvents reads a file of events, one a line. What is no JSON cannot go into a request, and is refused here.
func (p *previewing) readEvents(ctx context.Context, stdin io.Reader) error {
	in, err := input.Open(ctx, stdin, p.with)
	if err != nil {
		return err
	}
	defer in.Close()
	lines, err := input.OpenLines(in)
	if err != nil {
		return err
	}
	for size := 0; ; {
		batch, err := lines.Next()
		if size += batch.Size; size > maxPreview {
			return exit.Usagef("%s has more than %d bytes: a preview takes no more", in.Name, maxPreview)
		}
		for i, body := range batch.Bodies {
			if !json.Valid(body) {
				_, why := events.DecodeJSON(body)
				return exit.With(exit.Rejected, fmt.Errorf("line %d: %w", batch.Numbers[i], why))
			}
			p.events, p.lines = append(p.events, body), append(p.lines, batch.Numbers[i])
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
}

// body is the request that asks for the preview.
func (p *previewing) body() ([]byte, error) {
	return json.Marshal(struct {
		Events   []json.RawMessage `json:"events,omitempty"`
		Params   json.RawMessage   `json:"params,omitempty"`
		Contract string            `json:"contract_id,omitempty"`
		Account  string            `json:"account_id,omitempty"`
		AsOf     string            `json:"as_of,omitempty"`
		KnownAt  string            `json:"known_at,omitempty"`
		All      bool              `json:"all,omitempty"`
	}{p.events, p.params, p.contract, p.account, p.clocks.asOf, p.clocks.knownAt, p.all})
}

// show prints a preview of one contract or account.
func (p *previewing) show(cmd *cobra.Command) error {
	source, err := p.from.Open(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer source.Close()
	answer, err := p.ask(cmd.Context(), source)
	if err != nil {
		return err
	}
	defer answer.Close()
	text, err := io.ReadAll(answer)
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	if p.from.asJSON {
		_, err := cmd.OutOrStdout().Write(text)
		return err
	}
	if p.contract != "" {
		return render.ContractPreview(cmd.OutOrStdout(), text)
	}
	return render.AccountPreview(cmd.OutOrStdout(), text)
}

// ask sends the request and returns the answer, which the caller closes.
func (p *previewing) ask(ctx context.Context, source *client.Source) (io.ReadCloser, error) {
	body, err := p.body()
	if err != nil {
		return nil, err
	}
	response, err := source.Post(ctx, "/v1/preview", bytes.NewReader(body))
	var fields *client.RefusedFields
	if errors.As(err, &fields) {
		return nil, p.refused(fields)
	}
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// refused says on which lines of the file the refused fields are.
func (p *previewing) refused(fields *client.RefusedFields) error {
	code := exit.BadUsage
	var texts []string
	for _, field := range fields.List {
		where := field.Pointer
		if rest, ok := strings.CutPrefix(field.Pointer, "/events/"); ok {
			index, pointer, _ := strings.Cut(rest, "/")
			if i, err := strconv.Atoi(index); err == nil && i < len(p.lines) {
				where, code = fmt.Sprintf("line %d: /%s", p.lines[i], pointer), exit.Rejected
			}
		}
		texts = append(texts, fmt.Sprintf("%s: %s: %s", where, field.Code, field.Message))
	}
	return exit.With(code, errors.New(strings.Join(texts, "\n")))
}
