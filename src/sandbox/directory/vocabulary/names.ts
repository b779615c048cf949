/** The names of one culture as in display names, most frequent first. `Имя:ascii` adds the ASCII form. */
interface Naming {
  /** Share of the company, relative to the other namings. */
  readonly weight: number
  /** False if these given names are in another script than the family names of other namings. */
  readonly mixes: boolean
  readonly given: string
  readonly family: string
}

const english: Naming = {
  weight: 34,
  mixes: true,
  given:
    'James Mary Michael Jennifer Robert Linda John Elizabeth David Patricia William Susan Richard Jessica Joseph Karen Thomas Sarah Christopher Lisa Charles Nancy Daniel Sandra Matthew Ashley Anthony Emily Mark Kimberly Steven Betty Andrew Margaret Paul Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa Timothy Deborah Ronald Stephanie Jason Rebecca George Sharon Edward Laura Jeffrey Cynthia Ryan Dorothy Jacob Amy Nicholas Kathleen Gary Angela Eric Shirley Jonathan Emma Stephen Brenda Larry Pamela Justin Nicole Scott Samantha Brandon Katherine Benjamin Christine Samuel Helen Gregory Debra Frank Rachel Alexander Carolyn Raymond Janet Patrick Maria Jack Olivia Dennis Heather Jerry Diane Tyler Grace Aaron Victoria Adam Alice Zachary Ruth Nathan Chloë Siobhán Zoë Seán Renée Liam Noah Oliver Lucas Mason Logan Ethan Ava Isla Freya Callum Aisling Mary-Ann Jean-Paul',
  family:
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker Hall Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Edwards Collins Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson Bailey Reed Kelly Howard Ward Cox Richardson Watson Brooks Wood James Bennett Gray Hughes Price Myers Long Foster Sanders Ross Sullivan Russell Jenkins Perry Powell Butler Barnes Fisher Henderson Coleman Simmons Patterson Jordan Reynolds Hamilton Graham Wallace West Cole Hayes Gibson Ellis Stevens Murray Ford Marshall Owens McDonald Harrison Kennedy Wells O'Brien O'Connor O'Neill O'Sullivan D'Arcy MacDonald McCarthy Fitzgerald Sinclair Whitfield Ashworth Pemberton",
}

const german: Naming = {
  weight: 14,
  mixes: true,
  given:
    'Anna Peter Ursula Klaus Sabine Hans Petra Jürgen Monika Wolfgang Andrea Uwe Claudia Bernd Birgit Günter Susanne Stefan Martina Andreas Nicole-Sophie Frank-Walter Gabriele Markus Katrin Matthias Anja Sebastian Julia Tobias Katharina Florian Lena Jan Johanna Felix Hannah Maximilian Lea Jonas Sophie-Marie Moritz Leonie Niklas Mia Philipp Käthe Björn Jörg Anneliese Heike Thorsten Silke Dieter Renate Rüdiger Ulrike Götz Annegret Hartmut Bärbel Lukas Clara Fritz Greta Karl-Heinz Anna-Lena Hans-Jürgen Eva-Maria',
  family:
    'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martens Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Strauß Voigt Sauer Arnold Wolff Pfeiffer Weißenberger Großmann',
}

const french: Naming = {
  weight: 9,
  mixes: true,
  given:
    'Jean Marie Pierre Nathalie Michel Isabelle Philippe Sylvie Alain Catherine Nicolas Françoise Christophe Sandrine Laurent Valérie Frédéric Céline Stéphane Aurélie Sébastien Émilie Julien Camille Thibault Léa François Chloé-Anne Jérôme Élodie Benoît Hélène Aurélien Éloïse Cédric Océane Loïc Noémie Rémi Agnès Mathieu Margaux Guillaume Clémence Étienne Anaïs Gaël Maëlys Jean-Luc Marie-Claire Jean-Baptiste Anne-Sophie Maxence Zélie',
  family:
    "Bernard Dubois Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel García Roux Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefebvre Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martínez Gérard Rocher Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas L'Hôpital D'Ormesson Benoît",
}

const spanish: Naming = {
  weight: 9,
  mixes: true,
  given:
    'José Carmen Antonio Dolores Juan Pilar Manuel Josefa Francisco Teresa Luis Rosario Javier Ángeles Miguel Cristina Ángel Mercedes Carlos Lucía Jesús Isabel Alejandro Paula Diego Sofía Álvaro Marta Sergio Elena Pablo Irene Fernando Rocío Jorge Begoña Raúl Inés Rubén Nerea Iván Ainhoa Óscar Concepción Andrés Ximena Joaquín Valentina Ramón Guadalupe Nicolás Itziar Íñigo Jimena Santiago Graciela Mateo Yolanda',
  family:
    'García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Herrera Márquez Peña Flores Cabrera Campos Vega Fuentes Carrasco Reyes Nieto Aguilar Pascual Santana Herrero Lorenzo Hidalgo Montero Ibáñez Giménez Ferrer Duran Vicente Benítez Mora Santiago Arias Vargas Carmona Crespo Román Pastor Soto Sáez Velasco Moya Soler Parra Esteban Bravo Gallardo Rojas Peralta Ibarra Zúñiga',
}

const indian: Naming = {
  weight: 11,
  mixes: true,
  given:
    'Rahul Priya Amit Neha Sanjay Pooja Rajesh Anjali Vijay Kavita Arjun Sunita Rohan Deepika Suresh Lakshmi Anil Divya Manoj Shreya Ravi Meera Karthik Ananya Vikram Swati Ashok Nisha Arun Ritu Ganesh Aishwarya Harish Sneha Naveen Radhika Pradeep Ishita Siddharth Tanvi Aditya Kiran Nikhil Lavanya Venkatesh Bhavana Mohan Gayatri Yash Zara',
  family:
    'Patel Sharma Kumar Singh Gupta Reddy Rao Nair Iyer Verma Mehta Shah Joshi Agarwal Desai Mishra Pillai Menon Chopra Kapoor Malhotra Bhatt Chatterjee Mukherjee Banerjee Das Ghosh Bose Sen Dutta Naidu Krishnan Subramanian Raghavan Srinivasan Venkataraman Kulkarni Deshpande Patil Jain Khanna Saxena Tiwari Pandey Trivedi Chauhan Rathore Bhatia Arora Sethi Gill Dhillon Kaur Hegde Shetty Kamath Prabhu Acharya Bhattacharya Viswanathan',
}

const italian: Naming = {
  weight: 5,
  mixes: true,
  given:
    'Giuseppe Giulia Marco Francesca Luca Chiara Alessandro Federica Matteo Martina-Rosa Lorenzo Silvia Davide Valeria Simone Elisa Andreina Giorgio Paola Stefano Alessia Roberto Ilaria Riccardo Beatrice Niccolò Noemi Gianluca Serena Salvatore Ginevra Vincenzo Caterina Tommaso Letizia Pier-Paolo',
  family:
    "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini Grasso Valentini Messina Sala Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri D'Angelo D'Amico Dell'Orto",
}

const nordic: Naming = {
  weight: 5,
  mixes: true,
  given:
    'Lars Ingrid Erik Karin Anders Kristina Johan Åsa Per Birgitta Mikael Malin Magnus Elin Fredrik Märta Søren Mette Jens Kirsten Niels Hanne Øyvind Solveig Bjørn Astrid Håkon Liv Åke Gunilla Göran Örjan Pål Tuulikki Juhani Päivi Matti Aino Jukka Kaisa Sigríður Guðrún Þór Mads Freja Asger Signe Linnéa Jón',
  family:
    'Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Hansen Olsen Larsen Nielsen Jensen Pedersen Sørensen Rasmussen Jørgensen Kristensen Møller Lindström Lindqvist Berg Bergström Sjöberg Åkesson Öberg Ødegård Bakken Haugen Strøm Nygård Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Jónsson Sigurðsson Lund Holm Dahl Solberg Moen Halvorsen Åberg',
}

const polish: Naming = {
  weight: 4,
  mixes: true,
  given:
    'Krzysztof Małgorzata Andrzej Agnieszka Piotr Katarzyna Tomasz Joanna Paweł Magdalena Marcin Aleksandra Michał Ewa Łukasz Zofia Grzegorz Dorota Jarosław Bożena Wojciech Beata Rafał Iwona Mateusz Justyna Jiří Tereza Zdeněk Kateřina Ondřej Lenka Štěpán Božena Żaneta Ágnes László Zoltán Erzsébet György',
  family:
    'Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas',
}

const dutch: Naming = {
  weight: 3,
  mixes: true,
  given:
    'Johannes Wilhelmina Cornelis Hendrika Pieter Annemarie Willem Marijke Dirk Femke Jeroen Saskia Sander Lotte Bram Sanne Daan Fleur Thijs Noor Joost Maaike Ruud Anouk Gijs Roos Maarten Lieke Koen Eefje',
  family:
    'de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Janssen Visser Smit Meijer de_Boer Mulder de_Groot Bos Vos Peeters Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer van_der_Linden Kok Jacobs de_Haan Vermeulen van_den_Heuvel van_der_Veen van_den_Broek Schouten van_Beek Willems van_Vliet Hoekstra Maas Verhoeven Koster van_Dam van_der_Wal Prins Blom Huisman Claes Maes Wouters Goossens',
}

const eastern: Naming = {
  weight: 4,
  mixes: false,
  given:
    'Wei Li Fang Jing Min Hui Jun Yan Ling Xin Haruto Yui Sota Aoi Ren Hina Yuto Sakura Kenji Yuki Takashi Naoko Hiroshi Keiko Akira Minho Jiwoo Seojun Hayoon Dohyun Jiho Eunji Hyejin Nguyet Minh Linh Thảo Hương Đức Tuấn',
  family:
    'Wang Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato 𠮷田:yoshida Yamada Sasaki Kim Park Choi Jeong Kang Cho Yoon Jang Lim Nguyễn Trần Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ',
}

const slavic: Naming = {
  weight: 1.2,
  mixes: false,
  given:
    'Александр:aleksandr Елена:yelena Дмитрий:dmitry Ольга:olga Сергей:sergey Наталья:natalya Андрей:andrey Татьяна:tatyana Алексей:aleksey Ирина:irina Михаил:mikhail Светлана:svetlana Иван:ivan Анастасия:anastasiya Юрий:yury Людмила:lyudmila',
  family:
    'Шевченко:shevchenko Коваленко:kovalenko Бондаренко:bondarenko Ткаченко:tkachenko Кравченко:kravchenko Олейник:oleynik Полищук:polishchuk Бойко:boyko Мельник:melnik Марченко:marchenko Савченко:savchenko Руденко:rudenko Петренко:petrenko Клименко:klimenko Павленко:pavlenko Левченко:levchenko Пономаренко:ponomarenko Василенко:vasilenko Мороз:moroz Литвиненко:litvinenko',
}

const greek: Naming = {
  weight: 0.5,
  mixes: false,
  given:
    'Γιώργος:giorgos Αθηνά:athina Κώστας:kostas Ελένη:eleni Δημήτρης:dimitris Κατερίνα:katerina Νίκος:nikos Βασιλική:vasiliki Παναγιώτης:panagiotis Χρήστος:christos',
  family:
    'Παπαδόπουλος:papadopoulos Βλάχος:vlachos Αγγελόπουλος:angelopoulos Νικολαΐδης:nikolaidis Γεωργίου:georgiou Πέτρου:petrou Δημητρίου:dimitriou Ιωαννίδης:ioannidis Κωνσταντίνου:konstantinou',
}

const arabic: Naming = {
  weight: 0.8,
  mixes: false,
  given:
    'محمد:mohammed فاطمة:fatima أحمد:ahmed عائشة:aisha علي:ali مريم:mariam يوسف:yousef زينب:zainab خالد:khaled ليلى:layla',
  family:
    'الأحمد:alahmad الحسن:alhasan المصري:almasri الخطيب:alkhatib الشامي:alshami حداد:haddad النجار:alnajjar السيد:alsayed عبدالله:abdullah منصور:mansour',
}

/** Given and family names of the company's people. `cultures` of offices refers to them by index. */
export const namings: readonly Naming[] = [
  english,
  german,
  french,
  spanish,
  indian,
  italian,
  nordic,
  polish,
  dutch,
  eastern,
  slavic,
  greek,
  arabic,
]
