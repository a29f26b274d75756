"""Words in the cells of tables in several languages, and what each means.

Only words that are beyond doubt; every other is for a person to say. In the form of `spoken`.
"""

from console.exports.mapping_words import names, spoken


def _words(**told: str) -> dict[str, str]:
    """Word → meaning; an underscore in the meaning's name is a space but for those of `facts`."""
    keep = ("exit_key", "exit_empty")
    return {
        name: meaning if meaning in keep else meaning.replace("_", " ")
        for meaning, text in told.items()
        for name in names(text)
    }


#: What the words in the cells of a field mean, for the words that are beyond doubt.
CELL_WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("contacts", "outcome"): _words(
        answered="""answered, answer, call connected, call answered, handled, completed,
            complete, connected, accepted,
            served, success, talked, picked up, agent, completeagent, completecaller,
            angenommen, beantwortet, erledigt, verbunden, entgegengenommen, bedient, gesprach,
            repondu, decroche, traite, traitee, pris, abouti, abouti e, atendida, atendido,
            contestada, contestado, respondida, completada, completado, risposta, risposto,
            gestita, evasa, servita, completata, respondido, concluida, concluido, finalizada,
            beantwoord, opgenomen, afgehandeld, aangenomen, odebrane, odebrano, odebrana,
            obsluzone, odebrany, polaczono""",
        not_answered="""not answered, no answer, noanswer, unanswered, missed, nicht
            angenommen, nicht beantwortet, verpasst, non repondu, sans reponse, manque,
            manquee, no atendida, no contestada, perdida, senza risposta, non risposta, persa,
            nao atendida, nao atendido, perdido, niet beantwoord, niet opgenomen, gemist,
            nieodebrane, nieodebrana, nieodebrano, nicht erreicht""",
        abandoned="""abandoned, abandon, abandoned in queue, abnd, caller disconnected, caller
            hung up, hang up in queue, short abandoned, short abandon, lost, hung up,
            aufgegeben, verloren, abgebrochen, aufgelegt, abandonne, abandonnee, perdu,
            raccroche, abandonada, abandonado, colgada, abbandonata, abbandonato, riattaccato,
            desistencia, desligada, opgehangen, verlaten, afgebroken, verbroken, porzucone,
            porzucona, porzucony, rozlaczono, utracone""",
        waiting="""waiting, in queue, queued, wartend, in warteschlange, en attente, en cola,
            en espera, in attesa, in coda, na fila, em espera, wachtend, in wachtrij, oczekuje,
            oczekujace""",
        timeout="""timeout, timed out, time out, max wait, maximum wait, zeituberschreitung,
            delai depasse, tiempo agotado, scaduta, tempo esgotado, exitwithtimeout,
            przekroczono czas""",
        exit_key="exit key, exitwithkey, key press, pressed key",
        exit_empty="exit empty, exitempty, no agents, joinempty, no agents available",
        withdrawn="withdrawn, callback requested, ruckruf gewunscht",
        blocked="""blocked, rejected, refused, abgewiesen, blockiert, rejete, rechazada,
            rifiutata, rejeitada, geweigerd, odrzucone""",
        saturated="""overflow, overflowed, queue full, full, uberlauf, debordement, desborde,
            desbordada, traboccata, transbordo""",
        closed="""closed, out of hours, after hours, outside business hours, ausserhalb der
            geschaftszeiten, geschlossen, ferme, hors horaires, fuera de horario, cerrado,
            fuori orario, chiuso, fora do horario, buiten openingstijden, gesloten, poza
            godzinami""",
    ),
    ("contacts", "direction"): _words(
        inbound="""inbound, in, incoming, ib, received, queue, eingehend, ankommend, eingang,
            entrant, entrante, entrantes, recibida, in entrata, entrata, ricevuta, entrada,
            receptiva, recebida, inkomend, inkomende, przychodzace, przychodzacy, przychodzaca""",
        outbound="""outbound, out, outgoing, ob, dialed, dialled, manual, ausgehend, abgehend,
            ausgang, sortant, saliente, salientes, realizada, in uscita, uscita, uscente,
            effettuata, saida, ativa, efetuada, uitgaand, uitgaande, wychodzace, wychodzacy,
            wychodzaca""",
        internal="internal, intern, interne, interno, interna, wewnetrzne, wewnetrzny, wewnetrzna",
    ),
    ("contacts", "channel"): _words(
        voice="""voice, call, calls, phone, telephone, telephony, phone call, inbound call,
            sprache, telefon, anruf, telefonie, telefonisch, voix, appel, telephone, voz,
            llamada, telefono, voce, chiamata, chamada, telefone, ligacao, telefoon, spraak,
            gesprek, oproep, rozmowa, glos, polaczenie, telefonicznie, audio""",
        chat="chat, web chat, webchat, live chat, livechat, tchat, czat, clavardage, message chat",
        messaging="""messaging, message, sms, whatsapp, whats app, telegram, viber, signal,
            imessage, mensaje, mensajeria, messaggio, mensagem, bericht, wiadomosc, nachricht,
            text message, rcs, apple business chat""",
        social="""social, social media, facebook, twitter, instagram, x corp, facebook
            messenger, messenger, linkedin, soziale medien, reseaux sociaux, redes sociales,
            redes sociais, social network""",
        email="""email, e mail, mail, courriel, correo, correo electronico, posta, posta
            elettronica, e post, poczta, web, portal, web form, webform, formular, formulaire,
            formulario, ticket, self service, web widget, api""",
        callback="""callback, call back, ruckruf, rappel, devolucion, devolucion de llamada,
            richiamata, retorno, terugbellen, oddzwonienie""",
    ),
    ("tickets", "status"): _words(
        new="""new, to do, todo, open new, neu, nouveau, nouvelle, nuevo, nuevo, nuovo, novo,
            nieuw, nowe, nowy,
            unassigned, erfasst""",
        open="""waiting for support, escalated, open, opened, active, in progress, work in
            progress, assigned, reopened,
            processing, offen, in bearbeitung, in arbeit, zugewiesen, wiedereroffnet, aktiv,
            ouvert, en cours, assigne, rouvert, abierto, en curso, en progreso, asignado,
            reabierto, aperto, in corso, in lavorazione, assegnato, riaperto, aberto, em
            andamento, em progresso, atribuido, reaberto, geopend, in behandeling, toegewezen,
            heropend, otwarte, otwarty, w toku, w trakcie, przypisane""",
        pending="""pending, pending auto close, warten zur erinnerung, warten auf erfolgreich
            schliessen, waiting, awaiting customer, awaiting user info, waiting for customer,
            waiting on customer, awaiting reply, snoozed, pending reminder, wartet, wartend,
            ausstehend, warten auf kunde, warten auf antwort, wartet auf kunde, en attente,
            attente client, pendiente, en espera, in sospeso, in attesa, pendente, aguardando,
            aguardando cliente, in afwachting, wacht op klant, oczekujace, oczekuje""",
        hold="""hold, on hold, awaiting vendor, awaiting problem, awaiting evidence, stalled,
            suspended, waiting on third party, angehalten, zuruckgestellt, pausiert, suspendu,
            retenido, suspendido, sospeso, suspenso, em pausa, opgeschort, wstrzymane""",
        solved="""solved, resolved, done, completed, fixed, answered, fulfilled, gelost,
            erledigt, behoben, fertig, beantwortet, resolu, traite, termine, resuelto,
            solucionado, terminado, risolto, completato, resolvido, concluido, opgelost,
            afgehandeld, klaar, rozwiazane, rozwiazany, zakonczone""",
        closed="""closed, closed successful, closed unsuccessful, erfolgreich geschlossen,
            erfolglos geschlossen, merged, archived, cancelled, canceled, rejected,
            geschlossen, abgeschlossen, storniert, archiviert, ferme, clos, cloture, annule,
            cerrado, cancelado, archivado, chiuso, annullato, fechado, encerrado, arquivado,
            gesloten, geannuleerd, zamkniete, zamkniety, anulowane""",
        deleted="""deleted, spam, junk, geloscht, supprime, eliminado, borrado, eliminato,
            cancellato, excluido, apagado, verwijderd, usuniete, removed""",
    ),
    ("agent states", "status"): _words(
        available="""acd, available, ready, idle, on queue, online, routable, logged in, login, acd
            available, active, on call, talking, on a call, busy on call, in call, interacting,
            on contact, wrap up, acw, after call work, ringing, handling, hold, communicating,
            not responding, verfugbar, bereit, frei, angemeldet, im gesprach, nacharbeit,
            nachbearbeitung, klingelt, disponible, pret, libre, connecte, en communication, en
            appel, post appel, en ligne, listo, conectado, en llamada, disponibile, pronto,
            libero, connesso, in conversazione, in chiamata, disponivel, livre, conectado, em
            chamada, em atendimento, logado, beschikbaar, gereed, vrij, ingelogd, in gesprek,
            nawerk, dostepny, gotowy, wolny, zalogowany, rozmowa, w rozmowie""",
        paused="""make busy, paused, pause, break, lunch, not ready, aux, away, busy, meeting,
            training,
            coaching, back office, backoffice, unavailable, do not disturb, dnd, meal, coffee,
            tea, restroom, bathroom, admin, on break, team meeting, non acd, off queue,
            personal, besprechung, schulung, mittag, mittagspause, nicht bereit, abwesend,
            kaffeepause, verwaltung, bildschirmpause, nicht verfugbar, beschaftigt, en pause,
            dejeuner, reunion, formation, absent, occupe, indisponible, pas pret, pausa,
            descanso, almuerzo, reunion, capacitacion, formacion, no disponible, ausente,
            ocupado, comida, bano, pranzo, riunione, formazione, non pronto, assente, occupato,
            non disponibile, almoco, reuniao, treinamento, intervalo, indisponivel, banheiro,
            lanche, pauze, lunchpauze, vergadering, training, afwezig, bezet, niet beschikbaar,
            niet gereed, przerwa, obiad, spotkanie, szkolenie, niedostepny, zajety, niegotowy""",
        offline="""offline, logged out, logged off, log out, logout, logoff, log off, signed
            out, out of office, abgemeldet, ausgeloggt, abmeldung, nicht angemeldet, hors
            ligne, deconnecte, deconnexion, desconectado, desconectada, fuera de linea,
            disconnesso, non connesso, scollegato, deslogado, offline, uitgelogd, afgemeld,
            wylogowany, wylogowanie""",
    ),
}  # fmt: skip
CELL_WORDS["tickets", "channel"] = CELL_WORDS["contacts", "channel"]
CELL_WORDS["counts", "channel"] = CELL_WORDS["contacts", "channel"]

#: Beginnings of the last row of a table that adds up the others.
TOTALS = frozenset(
    """total totals sum sums summe gesamt gesamtsumme insgesamt totaux somme suma totale totali
    somma totaal som razem ogolem lacznie average avg mittelwert durchschnitt moyenne promedio media
    gemiddelde srednia subtotal zwischensumme grandtotal""".split()
) | {"grand total", "total general", "total geral", "sous total"}


def meaning(rows: str, field: str, text: str) -> str | None:
    """What a word in a cell means, by the words that are beyond doubt; None where it is in none."""
    return CELL_WORDS.get((rows, field), {}).get(spoken(text))


def is_total(text: str) -> bool:
    """Whether a cell says that its row adds up others: ``Total``, ``Gesamt (312)``."""
    said = spoken(text)
    return said in TOTALS or said.rstrip("0123456789 ") in TOTALS
