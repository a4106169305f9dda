package report

import "time"

// FeatureLine is one feature of the linear model: its contribution is weight times value, and the contributions with
// the bias add up to the score before calibration.
type FeatureLine struct {
	Name         string  `json:"name"`
	Weight       float64 `json:"weight"`
	Value        float64 `json:"value"`
	Contribution float64 `json:"contribution"`
	Note         string  `json:"note,omitempty"` // what the value is, where the name does not say it
}

// TermLine is a word or name that two sides share.
type TermLine struct {
	Text   string  `json:"text"`
	Kind   string  `json:"kind"`   // name, word, number, anchor
	Weight float64 `json:"weight"` // its share of the similarity, 0..1
}

// GateLine is a rule that can forbid or force a decision whatever the score is.
type GateLine struct {
	Name     string   `json:"name"`
	Passed   bool     `json:"passed"`
	Measured *float64 `json:"measured"` // null for a rule without a figure
	Bound    *float64 `json:"bound"`    // in the same unit; null likewise
	AtMost   bool     `json:"at_most"`  // the bound is the most that passes, not the least
	Reason   string   `json:"reason"`
}

// ModelLine is what one of the models says of a pair of stories.
type ModelLine struct {
	Name        string        `json:"name"` // pair, context or review; the review decides
	Sees        string        `json:"sees"` // what the model looks at, in words
	Bias        float64       `json:"bias"`
	Score       float64       `json:"score"` // bias plus all contributions
	Probability float64       `json:"probability"`
	Features    []FeatureLine `json:"features"` // greatest absolute contribution first
}

// AspectLine adds up the contributions of one kind of feature.
type AspectLine struct {
	Name         string  `json:"name"` // words, names, time, neighbours or form
	Contribution float64 `json:"contribution"`
}

// LinkageLine is how a story stands to the stories of an event.
type LinkageLine struct {
	Stories   int     `json:"stories"`   // of the event, without the story itself and without copies
	Linked    int     `json:"linked"`    // of these, how many are linked with the story at all
	MeanLink  float64 `json:"mean_link"` // over all of them, 0..1
	Tightness float64 `json:"tightness"` // what the mean is divided by: loose events take looser links
	Score     float64 `json:"score"`     // mean over tightness; it can exceed 1
	Bound     float64 `json:"bound"`     // the least score that joins
	Missing   float64 `json:"missing"`   // what the mean link lacks; 0 where it is enough
}

// CandidateLine is an event that a story could belong to.
type CandidateLine struct {
	Event       EventLine `json:"event"`
	Probability float64   `json:"probability"` // calibrated, 0..1
	Why         string    `json:"why"`         // what decided for or against it, in a sentence
}

// Comparison is the pair decision in numbers.
type Comparison struct {
	Probability float64       `json:"probability"` // calibrated, 0..1
	Threshold   float64       `json:"threshold"`   // the least probability that joins
	Bias        float64       `json:"bias"`
	Score       float64       `json:"score"`    // bias plus all contributions
	Features    []FeatureLine `json:"features"` // greatest absolute contribution first
	Shared      []TermLine    `json:"shared"`   // greatest weight first
	Gates       []GateLine    `json:"gates"`
	Models      []ModelLine   `json:"models"`  // all three; features, bias and score above are those of the review
	Aspects     []AspectLine  `json:"aspects"` // of the pair and its neighbourhoods, greatest absolute contribution first
	Linkage     *LinkageLine  `json:"linkage"` // of the first story with the event of the other; null where it was not measured
}

// ExplainView says why two stories, or a story and an event, are together or apart. It holds the numbers of the
// decision itself, not a reconstruction.
type ExplainView struct {
	Meta
	Story   StoryLine  `json:"story"`
	Other   *StoryLine `json:"other"`   // the second story; null when the story is explained against an event
	Event   *EventLine `json:"event"`   // the event that it is explained against; null for two stories
	Nearest *StoryLine `json:"nearest"` // the story of the event, or of the runner-up, that the features compare with
	Verdict string     `json:"verdict"` // one sentence: together or apart, and the main reason
	Needed  []string   `json:"needed"`  // what would have to be different; empty where they are together
	// Together says whether the two are in one event now, which an editor or a third story may have decided.
	Together   bool           `json:"together"`
	Overrides  []OverrideLine `json:"overrides"` // orders of editors that say something of the two and hold
	Duplicate  *Evidence      `json:"duplicate"` // of the two texts; null where they share too little to be compared
	Thread     string         `json:"thread"`    // the thread that both are in; empty where there is none
	Happening  string         `json:"happening"` // what both report in two languages; empty where they do not
	Comparison Comparison     `json:"comparison"`
	RunnerUp   *CandidateLine `json:"runner_up"` // the next best event for the story; null where there is none
	Margin     *float64       `json:"margin"`    // probability of the chosen event less that of the runner-up
}

// Window is what a text was compared with.
type Window struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Stories int       `json:"stories"`
	Events  int       `json:"events"`
}

// MatchCopy is a stored story whose text the matched text shares. The evidence reads with the matched text as "this
// story" and the stored one as the representative.
type MatchCopy struct {
	StoryLine
	Evidence
	Event string `json:"event"`
}

// Miss is the nearest thing that was not matched, and why it was not.
type Miss struct {
	Story       *StoryLine `json:"story"` // of a text that was nearly a copy; null for an event
	Event       *EventLine `json:"event"` // that was nearly joined; null for a copy
	Probability float64    `json:"probability"`
	Jaccard     float64    `json:"jaccard"`
	Why         string     `json:"why"`
}

// MatchView says which group and event a text belongs to. Nothing was stored to find out.
type MatchView struct {
	Meta
	Title      string         `json:"title"` // of the matched text; empty where it had none
	Lang       string         `json:"lang"`
	Words      int            `json:"words"`
	Verdict    string         `json:"verdict"` // one sentence
	Searched   Window         `json:"searched"`
	Copies     []MatchCopy    `json:"copies"`     // greatest overlap first
	Event      *CandidateLine `json:"event"`      // null where nothing is like it
	Thread     *ThreadLine    `json:"thread"`     // that the event, or the text on its own, would be in
	Comparison *Comparison    `json:"comparison"` // with the event, or with the nearest miss
	RunnerUp   *CandidateLine `json:"runner_up"`
	Margin     *float64       `json:"margin"` // probability of the event less that of the runner-up
	Nearest    *Miss          `json:"nearest_miss"`
}
