package text

import (
	"strings"
	"sync"
)

// functionWords lists the commonest grammatical words of languages without a counted table, written down by us. They
// stand in for a background table: without any, five stories in an empty store meet over their articles and
// prepositions.
func functionWords(lang string) string {
	switch lang {
	case "en":
		return "a an the of to in and or but is are was were be been it its he his she her they their we our you your i " +
			"for on at by with from as that this these those which who whom not no has have had will would can could may " +
			"might should said say says also more than after before over about into out up down when where what how why all " +
			"one two new him them there here if so some any other just now then only own most such do does did my me us"
	case "de":
		return "der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren wird werden wurde " +
			"wurden hat haben hatte hatten in im an am auf aus bei mit nach von vom vor zu zum zur zwischen gegen ohne über " +
			"unter um für durch als auch es er sie wir ihr ich man sich nicht kein keine noch nur schon mehr sein seine " +
			"seinen seiner ihre ihren ihrer dass wie so was wer wo wenn weil kann können soll sollen will muss müssen bis"
	case "fr":
		return "le la les un une des du de et ou mais est sont était étaient être a ont avait avoir il elle ils elles on nous " +
			"vous je ce cet cette ces se sa son ses leur leurs sur sous dans en au aux avec pour par pas ne plus que qui quoi " +
			"dont où comme après avant entre sans contre depuis vers chez tout tous toute toutes très aussi si lui eux y fait " +
			"deux été selon ainsi même moins"
	case "es":
		return "el la los las un una unos unas de del y o pero es son era eran ser fue fueron ha han había haber en a al con por " +
			"para sin sobre entre hasta desde contra tras no ni más muy que quien como cuando donde se su sus lo le les nos mi " +
			"este esta estos estas ese esa eso ya también si dos todo todos toda todas así según porque ante está están"
	case "pt":
		return "o a os as um uma uns umas de do da dos das e ou mas é são era eram ser foi foram há tem têm tinha ter em no na " +
			"nos nas ao aos à às com por pelo pela pelos pelas para sem sobre entre até desde contra após não nem mais muito " +
			"que quem como quando onde se seu sua seus suas lhe este esta isto esse essa isso já também dois todo todos toda " +
			"está estão num numa"
	case "it":
		return "il lo la i gli le un uno una di del dello della dei degli delle e o ma è sono era erano essere ha hanno aveva " +
			"avere in nel nella nei nelle a al alla ai alle da dal dalla dai dalle con per su sul sulla tra fra senza contro " +
			"dopo prima non né più molto che chi come quando dove si suo sua suoi sue questo questa questi anche se già due " +
			"tutto tutti tutte"
	case "nl":
		return "de het een van en of maar is zijn was waren worden wordt werd heeft hebben had in op aan bij met naar voor door " +
			"uit om over onder tegen tussen zonder na tot te niet geen nog ook meer dan als dat die dit deze er hij ze zij we wij " +
			"ik je hun haar zijn hem wat wie waar hoe zich al kan kunnen zal zullen moet"
	case "ru":
		return "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня " +
			"еще нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом " +
			"себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под " +
			"будет ж кто этот того потому этого какой при об это после этом которые который также году года более"
	case "ar":
		return "في من على إلى عن مع أن إن كان كانت يكون هو هي هم هذا هذه ذلك تلك التي الذي الذين ما لا لم لن قد كل بعد قبل بين حتى " +
			"عند أو ثم كما لكن و أي غير منذ خلال حول ضد دون أمام تم قال وقال وقد كما أنه أنها به بها له لها فيه فيها"
	case "sv":
		return "och i att det som en ett på är av för med den till inte har de om han var men jag vi hon sig från så kan man när " +
			"år säger hans under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla mer än"
	case "pl":
		return "i w we na z ze do nie to się że o a jest po jak od za przez dla co ale tym był była było były są ma tego jego jej " +
			"ich czy tak już tylko może lub oraz przed pod przy bez który która które także być więcej"
	case "tr":
		return "ve bir bu da de için ile olarak olan o ne daha çok gibi en kadar sonra önce her ise ki ama veya göre var yok değil " +
			"mi mu mü oldu olduğu dedi ilk iki"
	case "vi":
		return "và của là có không được cho các một những trong người với đã để này khi từ tại về như đến ra ở sẽ cũng vào năm " +
			"bị lên nhưng theo sau hơn trên do đó hai ngày nhiều"
	}
	return ""
}

// functionTable holds the function words of the languages that have a list, folded.
var functionTable = sync.OnceValue(func() map[nameWord]bool {
	table := make(map[nameWord]bool)
	var tokens []Token
	for _, lang := range []string{"en", "de", "fr", "es", "pt", "it", "nl", "ru", "ar", "sv", "pl", "tr", "vi"} {
		tokens = AppendTokens(tokens[:0], functionWords(lang))
		for i := range tokens {
			table[nameWord{lang, tokens[i].Fold}] = true
		}
	}
	return table
})

// FunctionWord reports whether a folded word is one of the commonest grammatical words of a language.
func FunctionWord(fold, lang string) bool { return functionTable()[nameWord{lang, fold}] }

// functionTerms returns the terms of the list, sorted and without repetition.
func functionTerms(lang string) []Term {
	var terms []Term
	for _, t := range AppendTokens(nil, strings.TrimSpace(functionWords(lang))) {
		terms = AppendTerms(terms, &t, lang)
	}
	return sortTerms(terms)
}
