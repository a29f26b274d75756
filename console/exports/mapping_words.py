"""Names of columns in several languages, and the field that each is of.

Written without accents and in lower case; `spoken` brings a column's name into that form. English,
German, French, Spanish, Italian, Portuguese, Dutch and Polish.
"""

import re
from functools import lru_cache

from console.exports.cell_times import folded

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[^a-z0-9#]+")


@lru_cache(maxsize=8192)
def spoken(name: str) -> str:
    """``QueueWaitTime``, ``queue_wait-time`` and ``Queue wait time:`` are ``queue wait time``."""
    plain = folded(_HUMP.sub(" ", name).replace("ß", "ss"))
    return _BETWEEN.sub(" ", plain).strip()


def names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.replace("\n", " ").split(",") if name)


_QUEUE = names("""queue, queues, csq names, skills, queue name, skill, skill name, skillset,
    acd queue, service, campaign, campaign name, hunt group, call queue, csq, split, line of
    business, warteschlange, warteschleife, anrufgruppe, hotline, projekt, kampagne, file, file
    d attente, nom de la file, campagne, competence, cola, nombre de la cola, campana,
    servicio, coda, nome coda, servizio, campagna, fila, nome da fila, campanha, servico,
    wachtrij, wachtrijnaam, campagne, kolejka, nazwa kolejki, kampania, vdn, queue id, queueid""")
_AGENT = names("""agent, users, agents, agent name, user, user name, username, operator,
    representative, rep, answered by, handled by, handling agent, employee, advisor, extension,
    member, interface, bearbeiter, mitarbeiter, mitarbeiterin, mitarbeitername, agentenname,
    sachbearbeiter, angenommen von, nebenstelle, benutzer, teilnehmer, nom de l agent, nom
    agent, conseiller, operateur, utilisateur, employe, teleconseiller, agente, nombre del
    agente, nombre agente, operador, usuario, asesor, empleado, operatore, nome agente, nome
    operatore, utente, nome do agente, atendente, operador, medewerker, agentnaam, gebruiker,
    naam medewerker, konsultant, pracownik, agenta, nazwa agenta, uzytkownik, agent id, agentid""")
_CUSTOMER = names("""external number, customer, originator, originator dn, caller, caller id,
    callerid, ani,
    phone, phone number, from, from number, customer number, customer phone, customer phone
    number, caller number, calling number, number, cli, clid, src, source number, originating
    number, contact, client, msisdn, telephone, e mail, email, email address, kunde,
    kundennummer, anrufer, rufnummer, telefonnummer, telefon, anrufernummer, nummer, von,
    absender, numero, numero appelant, appelant, telephone client, numero de telephone, numero
    client, de, cliente, llamante, telefono, numero de telefono, numero llamante, origen,
    chiamante, numero chiamante, numero di telefono, telefono cliente, numero do cliente,
    telefone, chamador, origem, klant, beller, telefoonnummer, nummer beller, klantnummer,
    klient, numer telefonu, telefon klienta, dzwoniacy, numer, numer dzwoniacego""")
_CHANNEL = names("""channel, media, media type, mediatype, medium, channel type, contact type,
    type of contact, interaction type, kanal, kontaktart, medientyp, kontaktkanal, canal, type
    de media, canale, kanaal, via, source, tipo de canal, tipo de contacto, quelle, origine,
    herkunft, kanal kontaktu""")
_TOPIC = names("""topic, reason, subject, contact reason, call reason, category, thema, grund,
    anliegen, kategorie, anrufgrund, motif, sujet, categorie, objet, tema, motivo, asunto,
    categoria, argomento, oggetto, assunto, onderwerp, reden, temat, powod, kategoria""")
_UPDATED = names("""updated, updated at, last updated, last update, update time, modified, last
    modified, changed, last changed, sys updated on, date modified, geandert, geandert am,
    aktualisiert, letzte anderung, zuletzt geandert, aktualisiert am, modifie, modifie le, mis
    a jour, derniere mise a jour, actualizado, ultima actualizacion, fecha de actualizacion,
    modificado, aggiornato, ultimo aggiornamento, data modifica, atualizado, ultima
    atualizacao, atualizado em, bijgewerkt, gewijzigd, laatst gewijzigd, laatste update,
    zaktualizowano, ostatnia aktualizacja, data modyfikacji, zmieniono""")
_NAME_OF_AGENT = names("""agent name, agent full name, name of agent, agentenname,
    mitarbeitername, nom de l agent, nom agent, nombre del agente, nombre agente, nome agente,
    nome operatore, nome do agente, agentnaam, nazwa agenta, imie i nazwisko""")

#: Names of columns for each field of each kind of rows, the plainest first.
COLUMN_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "contacts": {
        "id": names("""id, call id, callid, contact id, contactid, interaction id, conversation
            id, unique id, uniqueid, record id, uuid, guid, linkedid, case id, segment id, leg
            id, engagement id, anruf id, gesprachs id, vorgangs id, vorgangsnummer, kontakt id,
            id appel, identifiant, id de llamada, id llamada, id contacto, identificador, id
            chiamata, id contatto, id da chamada, id chamada, id gesprek, gespreks id, id
            polaczenia, identyfikator, id kontaktu, call reference, callreference, reference,
            referenz"""),
        "journey": names("""journey id, master contact id, mastercontactid, session id,
            sessionid, initial contact id, parent id, original call id, global call id, call
            guid, linked id, correlation id, main call id"""),
        "channel": _CHANNEL,
        "direction": names("""direction, call direction, call type, calltype, type, originating
            direction, richtung, anrufrichtung, anruftyp, sens, sens de l appel, type d appel,
            direccion, sentido, tipo de llamada, tipo, direzione, tipo chiamata, direcao, tipo
            de chamada, richting, gesprekstype, kierunek, typ polaczenia"""),
        "queue": _QUEUE,
        "queue_name": names("""queue name, skill name, name of queue, nom de la file, nombre de
            la cola, nome coda, nome da fila, wachtrijnaam, nazwa kolejki"""),
        "agent": _AGENT,
        "agent_name": _NAME_OF_AGENT,
        "customer": _CUSTOMER,
        "called": names("""to, to number, called, called number, dialed, dialed number, dialled
            number, number dialed, destination, destination number, dst, callee, called party,
            dnis, angerufen, angerufene nummer, zielrufnummer, gewahlte nummer, numero appele,
            appele, numero llamado, numero marcado, destino, numero chiamato, chiamato, numero
            discado, gebeld nummer, numer docelowy"""),
        "started": names("""date started, from, von, ab, desde, dalle, vanaf, od, started, start,
            start time,
            starttime, started at, call start, call start time, call time, date time, datetime,
            date and time, date, timestamp, time, contact start, start date, created, created
            at, begin, begin time, arrival, arrival time, received, received at, initiated,
            initiation timestamp, calldate, conversation start, call date, beginn, anfang,
            startzeit, anrufbeginn, gesprachsbeginn, datum, zeit, uhrzeit, zeitpunkt,
            anrufzeit, eingang, eingegangen, beginnzeit, datum uhrzeit, debut, heure de debut,
            date de debut, date heure, date et heure, date, heure, debut appel, horodatage,
            heure d appel, inicio, hora de inicio, fecha, hora, fecha y hora, fecha hora, fecha
            de inicio, inicio llamada, inizio, ora inizio, data inizio, data, ora, data e ora,
            data ora, inizio chiamata, data e hora, data hora, hora de inicio, inicio da
            chamada, data de inicio, hora inicio, start gesprek, begintijd, starttijd, datum
            tijd, tijd, datum en tijd, aanvang, poczatek, data i godzina, godzina, data
            rozpoczecia, czas rozpoczecia, rozpoczecie, start polaczenia, data polaczenia"""),
        "entered": names("""date queued, entered queue, queue enter, queue entry, queue entered,
            queued,
            queued at, enqueued, enqueue time, enqueue timestamp, queue start, queue start
            time, queue time start, queue join, in queue since, in warteschlange seit, eintritt
            warteschlange, in queue ab, entree en file, entree file, entrada en cola, entrada
            cola, ingresso in coda, ingresso coda, entrada na fila, in wachtrij, in wachtrij
            sinds, wejscie do kolejki"""),
        "answered": names("""date connected, date answered, answered at, answered, call answered,
            time of answer, answer
            time, answertime, answered time, time answered, connected at, connect
            time, connected time, connected to agent, agent
            connect, connected to agent timestamp, answer timestamp, pickup time, picked up at,
            accepted at, angenommen um, angenommen am, annahme, annahmezeit, verbunden,
            verbunden um, verbindungsbeginn, abgehoben um, gesprach angenommen, decroche, heure
            de decroche, heure reponse, repondu a, prise d appel, heure de reponse, atendida a
            las, hora de atencion, contestada a las, hora respuesta, hora de respuesta,
            risposta alle, ora risposta, ora di risposta, atendido em, hora do atendimento,
            hora atendimento, beantwoord om, opgenomen om, aangenomen om, odebrano o, czas
            odebrania, data odebrania"""),
        "ended": names("""date ended, ended, end, end time, endtime, ended at, call end, call end
            time,
            finished, finish time, hangup time, disconnect time, disconnect timestamp,
            disconnected at, completed at, closed at, conversation end, contact end, end date,
            ende, endzeit, gesprachsende, anrufende, beendet, beendet um, aufgelegt, fin, heure
            de fin, date de fin, fin appel, hora de fin, hora fin, fecha fin, fecha de fin, fin
            llamada, termino, fine, ora fine, data fine, fine chiamata, fim, hora de fim, hora
            fim, data fim, termino, einde, eindtijd, einde gesprek, beeindigd, koniec, czas
            zakonczenia, data zakonczenia, zakonczenie, zakonczono"""),
        "duration": names("""totals, duration total, duration, total duration, call duration,
            total time, total call time, call length, length, handle time, dauer, gesamtdauer,
            anrufdauer, gesamtzeit, duree, duree totale, duree appel, duree de l appel, temps
            total, duracion, duracion total, duracion de la llamada, duracion llamada, tiempo
            total, durata, durata totale, durata chiamata, tempo totale, duracao, duracao
            total, duracao da chamada, tempo total, duur, totale duur, gespreksduur totaal,
            totale tijd, czas trwania, calkowity czas, dlugosc"""),
        "wait": names("""antwortgeschwindigkeit, total queue, total queue time, total wait, total
            wait
            time, ringing, wait, wait time, waittime, waiting time, waited, queue time,
            queue wait, queue wait time, time in queue, in queue, inqueue, hold time in queue,
            speed of answer, agent speed to answer, time to answer, answer speed, ring and
            wait, queue duration, asa, delay, warten, wartezeit, wartedauer, wartezeit in
            schlange, zeit in warteschlange, attente, temps d attente, duree d attente, duree
            attente, delai, temps en file, temps attente, espera, tiempo de espera, tiempo
            espera, tiempo en cola, duracion espera, attesa, tempo di attesa, tempo attesa,
            tempo in coda, tempo de espera, tempo espera, tempo na fila, tempo em fila,
            wachttijd, wachtduur, tijd in wachtrij, oczekiwanie, czas oczekiwania, czas w
            kolejce"""),
        "talk": names("""total talk, total talk time, billsec, talking, duration in call, in call
            duration, talk, talk time,
            talktime, talked, talk duration, conversation time, conversation duration, speaking
            time, agent time, agent talk time, connected duration, interaction time,
            interaction duration, in call, gesprach, gesprachszeit, gesprachsdauer, sprechzeit,
            redezeit, conversation, temps de conversation, duree de conversation, temps de
            communication, duree communication, duree conversation, parole, temps de parole,
            conversacion, tiempo de conversacion, tiempo conversacion, tiempo hablado, tiempo
            en llamada, conversazione, tempo di conversazione, tempo conversazione, durata
            conversazione, conversa, tempo de conversa, tempo de conversacao, tempo de fala,
            gesprek, gesprekstijd, gespreksduur, spreektijd, rozmowa, czas rozmowy, dlugosc
            rozmowy"""),
        "hold": names("""total hold, total hold time, hold, hold time, holdtime, holding time, on
            hold, time on hold, hold
            duration, halten, haltezeit, haltedauer, gehalten, mise en garde, duree de mise en
            garde, mise en attente, temps de garde, garde, retencion, tiempo en espera, tiempo
            de retencion, in attesa, tempo in attesa, trattenuta, tempo di hold, em espera,
            tempo em espera, retencao, in de wacht, wacht, holdtijd, tijd in de wacht,
            zawieszenie, czas zawieszenia, wstrzymanie, czas wstrzymania"""),
        "wrapup": names("""total acw, total acw time, work time, wrap up, wrapup, wrap up time,
            wrapup time, wrap time,
            acw, acw time, after call work, after call work time, after contact work, after
            call, clerical, clerical time, acw duration, nacharbeit, nacharbeitszeit,
            nachbearbeitung, nachbearbeitungszeit, post appel, temps post appel, post
            traitement, travail post appel, temps de traitement post appel, trabajo posterior,
            tiempo de gestion, tiempo administrativo, tiempo acw, post llamada, post chiamata,
            lavoro post chiamata, dopo chiamata, pos atendimento, tempo de pos atendimento, pos
            chamada, nawerk, nawerktijd, afhandeltijd, praca po rozmowie, czas po rozmowie, acw
            seconds"""),
        "outcome": names("""outcome, result, call result, status, call status, state,
            completion status, answered, is answered, abandoned, is abandoned, abandon,
            handled, missed, call outcome, end reason, termination, disposition status,
            ergebnis, resultat, angenommen, beantwortet, verloren, abgebrochen, aufgegeben,
            anrufstatus, ausgang, statut, statut appel, resultat, repondu, abandonne, perdu,
            estado, resultado, atendida, contestada, abandonada, perdida, estado de la llamada,
            estado llamada, stato, esito, risposta, abbandonata, persa, stato chiamata,
            situacao, atendido, abandonado, status da chamada, uitkomst, resultaat, beantwoord,
            opgehangen, gemist, wynik, rezultat, odebrane, odebrano, porzucone, stan, status
            polaczenia"""),
        "topic": _TOPIC,
        "disposition": names("""wrap up, wrapup, disposition, disposition code, disposition
            name, wrap up code, wrapup code, wrap code, wrap up name, result code, completion
            code, outcome code, resolution code, call code, reason code, abschlusscode,
            ergebniscode, klassifizierung, abschlussgrund, qualification, code de cloture, code
            qualification, tipificacion, codigo de cierre, codigo, esito codice, codice esito,
            codice chiusura, tabulacao, qualificacao, codigo de finalizacao, afsluitcode,
            afhandelcode, kod zakonczenia, kod wyniku, kwalifikacja"""),
        "note": names("""note, notes, comment, comments, remarks, remark, agent notes,
            disposition notes, notiz, notizen, bemerkung, kommentar, anmerkung, remarque,
            remarques, commentaire, commentaires, nota, notas, comentario, comentarios,
            observaciones, commento, commenti, note operatore, observacao, observacoes,
            opmerking, opmerkingen, notitie, notatka, uwagi, komentarz"""),
        "updated": _UPDATED,
    },
    "tickets": {
        "id": names("""id, ticket id, ticket, ticket number, ticketnumber, ticket no, number,
            case number, case id, case, incident, incident number, request id, issue key, key,
            reference, ticketnummer, vorgangsnummer, fallnummer, nummer, numero de ticket,
            numero du ticket, n ticket, numero, id ticket, id del ticket, numero ticket, caso,
            numero de caso, numero do ticket, chamado, protocolo, id do ticket, ticket nr, nr,
            zaaknummer, numer zgloszenia, zgloszenie, id zgloszenia, numer"""),
        "channel": _CHANNEL,
        "status": names("""status, state, ticket status, current status, incident state, ticket
            state, statut, etat, estado, stato, situacao, stan, status zgloszenia, zustand,
            bearbeitungsstatus"""),
        "created": names("""created, created at, created date, creation date, date created,
            opened, opened at, open date, created on, create time, submitted, reported, date,
            created time, erstellt, erstellt am, erstellungsdatum, angelegt, angelegt am,
            eroffnet, eroffnet am, eingang, eingegangen am, cree, cree le, date de creation,
            ouvert, ouvert le, creado, creado el, fecha de creacion, creacion, abierto, fecha
            de apertura, creato, creato il, data creazione, data di creazione, aperto, aperto
            il, data apertura, criado, criado em, data de criacao, aberto, aberto em, data de
            abertura, abertura, aangemaakt, aangemaakt op, gemaakt, geopend, datum aangemaakt,
            utworzono, data utworzenia, otwarto, data zgloszenia, utworzony"""),
        "updated": _UPDATED,
        "solved": names("""solved, solved at, resolved, resolved at, resolved date, resolution
            date, closed, closed at, closed date, date closed, close date, completed, completed
            at, solved date, gelost, gelost am, geschlossen, geschlossen am, erledigt, erledigt
            am, abgeschlossen, abgeschlossen am, losungsdatum, resolu, resolu le, date de
            resolution, ferme, ferme le, clos, cloture, date de cloture, resuelto, resuelto el,
            fecha de resolucion, cerrado, cerrado el, fecha de cierre, risolto, risolto il,
            chiuso, chiuso il, data chiusura, data risoluzione, resolvido, resolvido em,
            fechado, fechado em, encerrado, data de encerramento, data de resolucao, data de
            fechamento, opgelost, opgelost op, gesloten, gesloten op, afgehandeld, rozwiazano,
            zamknieto, data zamkniecia, data rozwiazania"""),
        "first_reply": names("""first reply, first reply at, first response, first response at,
            first responded at, first response time, first reply date, initial response,
            initial response time, first reply time, first replied at, erste antwort, erste
            antwort am, erstantwort, erste reaktion, premiere reponse, date de premiere
            reponse, primera respuesta, fecha primera respuesta, fecha de primera respuesta,
            prima risposta, data prima risposta, primeira resposta, data da primeira resposta,
            eerste reactie, eerste antwoord, pierwsza odpowiedz, data pierwszej odpowiedzi"""),
        "due": names("""due, due at, due date, due by, sla due, sla due date, deadline, target
            date, fallig, fallig am, falligkeit, faelligkeit, frist, echeance, date d echeance,
            vencimiento, fecha limite, fecha de vencimiento, scadenza, data scadenza,
            vencimento, prazo, data limite, data de vencimento, vervaldatum, vervalt op,
            termin, termin realizacji"""),
        "subject": names("""subject, title, summary, short description, description, betreff,
            titel, zusammenfassung, kurzbeschreibung, objet, sujet, titre, asunto, titulo,
            resumen, oggetto, titolo, assunto, onderwerp, samenvatting, temat, tytul"""),
        "priority": names("""priority, urgency, severity, impact, prioritat, prioritaet,
            dringlichkeit, priorite, urgence, prioridad, urgencia, priorita, urgenza,
            prioridade, prioriteit, priorytet"""),
        "group": names("""group, team, queue, department, assigned group, assignment group,
            assigned team, group name, support group, gruppe, abteilung, warteschlange, groupe,
            equipe, service, departement, grupo, equipo, departamento, cola, gruppo, squadra,
            reparto, coda, equipe, fila, groep, afdeling, team, grupa, zespol, dzial, kolejka"""),
        "agent": names("""agent, assignee, assigned to, assigned, owner, agent assigned,
            assigned agent, responder, responsible, technician, handled by, bearbeiter,
            zugewiesen an, zugewiesen, verantwortlich, besitzer, sachbearbeiter, assigne,
            assigne a, attribue a, responsable, agente, asignado, asignado a, propietario,
            tecnico, assegnato a, assegnatario, operatore, assegnato, atribuido a, responsavel,
            atendente, toegewezen aan, behandelaar, eigenaar, przypisany, przypisano do,
            przypisany do, wlasciciel, agent name"""),
        "agent_name": _NAME_OF_AGENT,
        "requester": names("""requester, requested by, caller, caller id, customer, client,
            contact, from, from email, reporter, opened by, submitter, requester email,
            requester name, customer email, e mail, email, kunde, melder, anfragender,
            absender, antragsteller, demandeur, cliente, solicitante, de, richiedente, klant,
            aanvrager, melder, klient, zglaszajacy, wnioskodawca"""),
        "reopens": names("""reopens, reopen count, reopened, reopened count, times reopened,
            wiedereroffnet, wiedereroffnungen, reouvertures, reaperturas, reabierto,
            riaperture, reaberturas, heropend, ponowne otwarcia"""),
        "replies": names("""replies, reply count, responses, public replies, thread count,
            agent replies, number of replies, comments count, antworten, anzahl antworten,
            reponses, nombre de reponses, respuestas, risposte, numero risposte, respostas,
            antwoorden, reacties, odpowiedzi, liczba odpowiedzi"""),
    },
    "agent states": {
        "agent": _AGENT,
        "agent_name": _NAME_OF_AGENT,
        "status": names("""status, state, agent status, agent state, presence, activity, aux,
            aux code, pause, pause reason, reason, reason code, not ready reason, event, mode,
            zustand, aktivitat, pausengrund, agentenstatus, statut, etat, activite, motif,
            motif de pause, estado, actividad, motivo, motivo de pausa, stato, attivita, motivo
            pausa, causale, situacao, atividade, stan, aktywnosc, powod przerwy, activiteit,
            reden, statusname"""),
        "since": names("""since, start, start time, started, started at, from, begin, date,
            time, timestamp, date time, state start, status start, event time, login time,
            start date, from time, seit, beginn, von, startzeit, ab, datum, uhrzeit, zeit,
            anfang, debut, depuis, heure de debut, date, heure, desde, inicio, hora de inicio,
            fecha, hora, da, dalle, inizio, ora inizio, data, ora, hora inicio, data hora, de,
            van, vanaf, sinds, begin, begintijd, starttijd, tijd, od, poczatek, godzina, data
            rozpoczecia, czas rozpoczecia"""),
        "until": names("""until, end, end time, ended, ended at, to, to time, end date, state
            end, status end, logout time, bis, ende, endzeit, fin, jusqu a, a, heure de fin,
            hasta, hora de fin, hora fin, fino a, alle, fine, ora fine, ate, fim, hora fim,
            tot, einde, eindtijd, do, koniec, czas zakonczenia, data zakonczenia"""),
        "duration": names("""duration, time in state, time in status, length, seconds, dauer,
            statusdauer, duree, temps, duracion, tiempo, durata, tempo, duracao, duur, tijd in
            status, czas, czas trwania"""),
        "updated": _UPDATED,
    },
    "counts": {
        "at": names("""time, timestamp, at, date, date time, datetime, interval, interval
            start, start time, snapshot, snapshot time, zeit, zeitpunkt, datum, uhrzeit,
            zeitstempel, intervall, heure, date et heure, horodatage, date heure, hora, fecha,
            fecha y hora, fecha hora, ora, data, data e ora, data ora, data e hora, tijd,
            tijdstip, datum tijd, czas, godzina, data i godzina, intervalo, intervallo,
            interwal"""),
        "queue": _QUEUE,
        "channel": _CHANNEL,
        "waiting": names("""waiting, calls waiting, contacts waiting, contacts in queue, calls
            in queue, in queue, queued, queue size, queue length, queue depth, wartend,
            wartende, wartende anrufe, in warteschlange, anrufe in warteschlange, en attente,
            appels en attente, en espera, llamadas en espera, en cola, in attesa, chiamate in
            attesa, in coda, em espera, chamadas em espera, na fila, wachtend, wachtenden, in
            wachtrij, oczekujace, oczekujacy, w kolejce"""),
        "oldest_wait": names("""longest wait, oldest wait, longest waiting, max wait, oldest
            call, oldest contact, oldest contact age, longest wait time, longest waiting time,
            max wait time, current longest wait, oldest call waiting, langste wartezeit,
            langste wartende, maximale wartezeit, attente max, attente maximale, plus longue
            attente, espera maxima, mayor espera, attesa massima, attesa piu lunga, maior
            espera, langste wachttijd, najdluzsze oczekiwanie, maksymalny czas oczekiwania"""),
        "callbacks": names("""callbacks, callbacks waiting, contacts scheduled, scheduled
            callbacks, pending callbacks, ruckrufe, offene ruckrufe, rappels, devoluciones,
            richiamate, retornos, terugbelverzoeken, oddzwonienia"""),
        "staffed": names("""staffed, agents staffed, agents, agents staffed now, besetzt,
            agenten besetzt, agents presents"""),
        "online": names("""online, agents online, logged in, agents logged in, logged on,
            angemeldet, angemeldete agenten, agenten angemeldet, connectes, agents connectes,
            conectados, agentes conectados, connessi, operatori connessi, logados, agentes
            logados, ingelogd, zalogowani"""),
        "available": names("""available, agents available, idle, free, ready, agents ready,
            agents idle, frei, freie agenten, verfugbar, disponibles, agents disponibles,
            libres, agentes disponibles, disponibili, liberi, disponiveis, livres, agentes
            disponiveis, beschikbaar, vrij, dostepni, wolni"""),
        "on_contact": names("""on contact, agents on contact, on call, busy, talking, in call,
            agents talking, agents busy, on calls, im gesprach, agenten im gesprach, en
            communication, en ligne, en llamada, ocupados, hablando, in conversazione,
            occupati, em atendimento, ocupados, in gesprek, bezet, w rozmowie, zajeci"""),
        "wrapup": names("""wrap up, acw, after call work, agents after contact work, agents in
            acw, in wrap up, nacharbeit, in nacharbeit, post appel, post llamada, post
            chiamata, pos atendimento, nawerk, po rozmowie"""),
        "paused": names("""paused, agents paused, not ready, aux, on break, unavailable, agents
            not ready, agents non productive, pause, in pause, pausiert, en pause, en pausa,
            pausados, in pausa, em pausa, pausado, pauze, op pauze, przerwa, na przerwie"""),
        "error": names("""error, agents error, agents in error, fehler, erreur, errores,
            errori, erros, fout, blad"""),
        "updated": _UPDATED,
    },
}  # fmt: skip
