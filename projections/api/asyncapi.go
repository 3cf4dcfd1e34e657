package api

import (
	"sync"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// AsyncAPI returns the AsyncAPI 3.0 document of the NATS side, made once.
func AsyncAPI() []byte { return asyncAPI() }

var asyncAPI = sync.OnceValue(func() []byte {
	schemas := newSchemas()
	schemas.addKinds()
	messages := eventMessages()
	addVerdictMessages(messages, schemas)
	return marshalDocument(object{
		"asyncapi":           "3.0.0",
		"info":               object{"title": "zhangben", "version": "v1", "description": aboutNATS},
		"defaultContentType": "application/json",
		"servers": object{"nats": object{
			"host": "127.0.0.1:4222", "protocol": "nats",
			"description": "The server that zhangben serve starts, or one that it is told of.",
			"security":    []object{{"$ref": "#/components/securitySchemes/user"}},
		}},
		"channels":   channels(),
		"operations": operations(),
		"components": object{
			"messages": messages,
			"schemas":  schemas.byName,
			"securitySchemes": object{"user": object{
				"type": "userPassword", "description": "A line of the file of NATS users. The embedded server on loopback asks " +
					"for none without one.",
			}},
		},
	})
})

const aboutNATS = "Events enter by the JetStream stream " + events.StreamName + ", under the subjects " +
	events.SubjectAll + ". The ids of events are UUIDs and unique for ever: the same event sent again is a duplicate, " +
	"which is a success, and another under its id a conflict. A PubAck says that the stream has the message; what " +
	"became of the event is asked at " + ingest.VerdictSubject + ". Do not set Nats-Msg-Id: the ledger needs no " +
	"duplicate window, and the stream's is the shortest there is. The stream's other subjects, " + events.SubjectPosted +
	", are the ledger's own: what is posted over HTTP enters there."

// channels are the subjects.
func channels() object {
	all := object{}
	for name := range eventMessages() {
		all[name] = messageReference("components", name)
	}
	return object{
		"events": object{
			"address": "billing.events.{account}.{kind}",
			"title":   "Events",
			"description": "Account and kind must agree with the event: events of everybody go to the account " + events.All +
				".",
			"parameters": object{
				"account": object{"description": events.Meaning("account_id")},
				"kind":    object{"description": "The kind of event.", "enum": kindNames()},
			},
			"messages": all,
		},
		"verdict": object{
			"address":     ingest.VerdictSubject,
			"title":       "Verdicts",
			"description": "Asked what became of messages, or with no payload which stream the ledger reads.",
			"messages":    componentMessages("question", "streamQuestion"),
		},
		"rejected": object{
			"address": "billing.rejected.{account}",
			"title":   "Refusals",
			"description": "Tells over core NATS of each message that was refused. It may be told more than once, as by each " +
				"instance that reads the stream, and not at all while the ledger is busy: GET /v1/rejected lists them all.",
			"parameters": object{"account": object{
				"description": "The account in the message's subject; " + events.All + " where there is none.",
			}},
			"messages": componentMessages("refusal"),
		},
		"inbox": object{
			"address":     nil,
			"title":       "The asker's inbox",
			"description": "The reply subject of a request. It must lie under an inbox prefix.",
			"messages":    componentMessages("verdicts", "stream"),
		},
	}
}

func operations() object {
	return object{
		"takeEvent": object{
			"action": "receive", "title": "Take an event in",
			"description": "Publish to the subject of the event's account and kind.",
			"channel":     object{"$ref": "#/channels/events"},
		},
		"tellRefusal": object{
			"action": "send", "title": "Tell of a message that was refused",
			"description": "Users may listen to their own accounts' and to those of " + events.All + ".",
			"channel":     object{"$ref": "#/channels/rejected"},
		},
		"answerVerdict": reply("Say what became of messages, at most 30 seconds after they were stored", "question",
			"verdicts"),
		"answerStream": reply("Say which stream the ledger reads", "streamQuestion", "stream"),
	}
}

func reply(title, question, answer string) object {
	return object{
		"action": "receive", "title": title, "description": verdictErrors,
		"channel":  object{"$ref": "#/channels/verdict"},
		"messages": []object{messageReference("channels/verdict", question)},
		"reply": object{
			"channel":  object{"$ref": "#/channels/inbox"},
			"messages": []object{messageReference("channels/inbox", answer)},
		},
	}
}

const verdictErrors = "A question has 1 to 1,000 messages. An error is a reply with the headers " +
	"Nats-Service-Error-Code and Nats-Service-Error: 400 for a request that cannot be read, 404 for a message that the " +
	"stream does not have, 409 where the ledger reads another stream or another event is at a sequence, 410 while it " +
	"has halted, 413 for too many at once, 500 for a failure, 503 while it cannot say. After 30 seconds an undecided " +
	"message has the outcome unknown: it is stored, and can be asked for again."

// messageReference refers to a message among the components, or of a channel.
func messageReference(where, name string) object {
	return object{"$ref": "#/" + where + "/messages/" + name}
}

func componentMessages(names ...string) object {
	all := object{}
	for _, name := range names {
		all[name] = messageReference("components", name)
	}
	return all
}

// eventMessages are each kind's events, in structured and in binary mode.
func eventMessages() object {
	messages := object{}
	for _, kind := range events.Kinds() {
		if kind.Role() == events.Ledger {
			continue // no user may publish it
		}
		summary := kind.Meaning() + " Needs the role " + kind.Role().String() + "."
		messages[eventName(kind)] = object{
			"name": kind.Type(), "title": kind.String(), "summary": summary, "contentType": "application/cloudevents+json",
			"payload": reference(eventName(kind)),
		}
		messages[camel(kind.String())+"Binary"] = object{
			"name": kind.Type(), "title": kind.String() + " in binary mode", "summary": summary,
			"contentType": "application/json",
			"headers":     attributeHeaders(kind), "payload": reference(dataName(kind)),
		}
	}
	return messages
}

// attributeHeaders describes the headers of an event in binary mode. Their values are percent-encoded.
func attributeHeaders(kind events.Kind) object {
	schema := kind.Schema()
	headers, required := object{}, []string{}
	for name, attribute := range schema["properties"].(events.Schema) {
		if name != "data" && name != "datacontenttype" {
			headers["ce-"+name] = attribute
		}
	}
	for _, name := range schema["required"].([]string) {
		if name != "data" {
			required = append(required, "ce-"+name)
		}
	}
	return object{
		"type": "object", "properties": headers, "required": required,
		"description": "The attributes; a further attribute x is the header ce-x. Values are percent-encoded.",
	}
}

// addVerdictMessages adds what is asked at billing.verdict, the answers, and what is told without being asked.
func addVerdictMessages(messages object, schemas *schemas) {
	messages["question"] = object{
		"title": "Question", "summary": "What became of these messages?", "payload": schemas.of(ingest.Question{}),
	}
	messages["streamQuestion"] = object{
		"title": "Question about the stream", "summary": "Which stream does the ledger read? The payload is empty.",
		"payload": object{"type": "string", "maxLength": 0},
	}
	messages["verdicts"] = object{
		"title": "Verdicts", "summary": "What became of each message, in the order asked.",
		"payload": object{
			"type": "object", "required": []string{"results"},
			"properties": object{"results": object{"type": "array", "items": schemas.of(ledger.Outcome{})}},
		},
	}
	messages["refusal"] = object{
		"title": "Refusal", "summary": "A message was refused.", "payload": schemas.of(ingest.Refusal{}),
	}
	messages["stream"] = object{
		"title": "Stream", "summary": "Which stream the ledger reads.", "payload": schemas.of(ingest.StreamID{}),
	}
}

func (s *server) asyncAPIDocument(*request) (any, error) { return document(s.asyncAPI), nil }
